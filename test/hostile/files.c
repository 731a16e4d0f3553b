/* Attacks on files and descriptors. */
#include "hostile/hostile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

ASK(open_read, SYS_open, "/etc/passwd", O_RDONLY)
ASK(openat_read, SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY)
ASK(open_relative, SYS_openat, AT_FDCWD, "etc/passwd", O_RDONLY)
ASK(open_write, SYS_open, hostile_path(t, "victim"), O_WRONLY | O_TRUNC)
ASK(open_new, SYS_open, hostile_path(t, "marker"), O_WRONLY | O_CREAT, 0600)
ASK(open_path, SYS_openat, AT_FDCWD, "/", O_PATH)
ASK(open_temporary, SYS_openat, AT_FDCWD, t->folder, O_TMPFILE | O_RDWR, 0600)
ASK(creat_file, SYS_creat, hostile_path(t, "marker"), 0600)
ASK(open_memory_of_server, SYS_open, "/proc/self/mem", O_RDWR)
ASK(unlink_file, SYS_unlink, hostile_path(t, "victim"))
ASK(unlinkat_file, SYS_unlinkat, AT_FDCWD, hostile_path(t, "victim"), 0)
ASK(rmdir_folder, SYS_rmdir, hostile_path(t, "empty"))
ASK(mkdir_folder, SYS_mkdir, hostile_path(t, "marker"), 0700)
ASK(mknod_pipe, SYS_mknod, hostile_path(t, "marker"), S_IFIFO | 0600, 0)
ASK(symlink_file, SYS_symlink, "/etc/passwd", hostile_path(t, "marker"))
ASK(chmod_file, SYS_chmod, hostile_path(t, "empty"), 0777)
ASK(chown_file, SYS_chown, hostile_path(t, "victim"), -1, -1)
ASK(truncate_file, SYS_truncate, hostile_path(t, "victim"), 0L)
ASK(touch_file, SYS_utimensat, AT_FDCWD, hostile_path(t, "victim"), NULL, 0)
ASK(stat_file, SYS_newfstatat, AT_FDCWD, "/etc/passwd", (struct stat[1]){ 0 }, 0)
ASK(access_file, SYS_access, "/etc/passwd", R_OK)
ASK(readlink_program, SYS_readlink, "/proc/self/exe", (char[256]){ 0 }, 256)
ASK(change_folder, SYS_chdir, "/tmp")
ASK(statfs_root, SYS_statfs, "/", (char[512]){ 0 })
TOUCH(read_attribute, SYS_getxattr, "/etc/passwd", "user.x", NULL, 0)
TOUCH(make_root, SYS_chroot, hostile_path(t, "none"))
TOUCH(pivot_root, SYS_pivot_root, hostile_path(t, "none"), hostile_path(t, "none"))
TOUCH(mount_folder, SYS_mount, "none", hostile_path(t, "none"), "tmpfs", 0, NULL)
TOUCH(umount_folder, SYS_umount2, hostile_path(t, "none"), MNT_DETACH)
TOUCH(open_file_system, SYS_fsopen, "none-such", 0)
TOUCH(clone_mount, SYS_open_tree, AT_FDCWD, hostile_path(t, "none"), 0)
TOUCH(swap_on, SYS_swapon, hostile_path(t, "none"), 0)
TOUCH(open_by_handle, SYS_open_by_handle_at, AT_FDCWD, NULL, O_RDONLY)
TOUCH(name_to_handle, SYS_name_to_handle_at, AT_FDCWD, "/", NULL, NULL, 0)
TOUCH(openat_descriptor, SYS_openat, 3, "passwd", O_RDONLY)
TOUCH(open_how, SYS_openat2, AT_FDCWD, "/etc/passwd", NULL, 0)
ASK(memory_file, SYS_memfd_create, "x", 0)
TOUCH(memory_secret, SYS_memfd_secret, ~0U)
ASK(watch_files, SYS_inotify_init1, 0)
TOUCH(watch_mounts, SYS_fanotify_init, 0, 0)
TOUCH(io_uring, SYS_io_uring_setup, 1, NULL)
TOUCH(io_setup, SYS_io_setup, 0, NULL)
ASK(make_pipe, SYS_pipe2, (int[2]){ 0 }, 0)
ASK(make_event, SYS_eventfd2, 0, 0)
ASK(make_epoll, SYS_epoll_create1, 0)
ASK(duplicate_channel, SYS_dup, 0)
ASK(duplicate_onto, SYS_dup2, 0, 9)
TOUCH(fcntl_channel, SYS_fcntl, 0, F_GETFL)
TOUCH(ioctl_channel, SYS_ioctl, 0, 0x541B, (int[1]){ 0 })
TOUCH(ioctl_terminal, SYS_ioctl, 0, 0x5412, "x")
TOUCH(read_channel, SYS_read, 0, (char[1]){ 0 }, 0)
TOUCH(close_channel, SYS_close, 999)
TOUCH(list_folder, SYS_getdents64, 0, (char[64]){ 0 }, 64)
TOUCH(cut_descriptor, SYS_ftruncate, 5, 0L)
TOUCH(grow_descriptor, SYS_fallocate, 5, 0, 0L, 1L)
TOUCH(splice_descriptors, SYS_splice, 0, NULL, 1, NULL, 0, 0)
TOUCH(send_file, SYS_sendfile, 0, 1, NULL, 0)
TOUCH(sync_all, SYS_syncfs, 0)

static bool rename_file(const struct target *t)
{
    char from[256];

    snprintf(from, sizeof from, "%s/victim", t->folder);
    return syscall(SYS_rename, from, hostile_path(t, "marker")) == 0;
}

static bool link_file(const struct target *t)
{
    char from[256];

    snprintf(from, sizeof from, "%s/victim", t->folder);
    return syscall(SYS_link, from, hostile_path(t, "marker")) == 0;
}

/* Whatever may have been left open. */
static bool open_proc_descriptors(const struct target *t)
{
    char path[40];
    bool opened = false;

    (void)t;
    for (int fd = 0; fd < 1024; fd++) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        opened |= syscall(SYS_open, path, O_RDWR) >= 0;
    }
    return opened;
}

static bool read_environment_of_parent(const struct target *t)
{
    char path[40];

    (void)t;
    snprintf(path, sizeof path, "/proc/%d/environ", (int)t->server);
    return syscall(SYS_open, path, O_RDONLY) >= 0;
}

static bool write_descriptors(const struct target *t)
{
    bool written = false;

    (void)t;
    for (int fd = 0; fd < 1024; fd++)
        written |= syscall(SYS_write, fd, "x", 1) > 0;
    return written;
}

static bool pwrite_descriptors(const struct target *t)
{
    bool written = false;

    (void)t;
    for (int fd = 0; fd < 1024; fd++)
        written |= syscall(SYS_pwrite64, fd, "x", 1, 0) >= 0;
    return written;
}

const struct attack hostile_files[] = {
    { "open_read", open_read, BY_FILTER },
    { "openat_read", openat_read, BY_FILTER },
    { "open_relative", open_relative, BY_FILTER },
    { "open_write", open_write, BY_FILTER },
    { "open_new", open_new, BY_FILTER },
    { "open_path", open_path, BY_FILTER },
    { "open_temporary", open_temporary, BY_FILTER },
    { "creat_file", creat_file, BY_FILTER },
    { "open_memory_of_server", open_memory_of_server, BY_FILTER },
    { "open_proc_descriptors", open_proc_descriptors, BY_FILTER },
    { "read_environment_of_parent", read_environment_of_parent, BY_FILTER },
    { "openat_descriptor", openat_descriptor, BY_FILTER },
    { "open_how", open_how, BY_FILTER },
    { "open_by_handle", open_by_handle, BY_FILTER },
    { "name_to_handle", name_to_handle, BY_FILTER },
    { "unlink_file", unlink_file, BY_FILTER },
    { "unlinkat_file", unlinkat_file, BY_FILTER },
    { "rename_file", rename_file, BY_FILTER },
    { "link_file", link_file, BY_FILTER },
    { "symlink_file", symlink_file, BY_FILTER },
    { "rmdir_folder", rmdir_folder, BY_FILTER },
    { "mkdir_folder", mkdir_folder, BY_FILTER },
    { "mknod_pipe", mknod_pipe, BY_FILTER },
    { "chmod_file", chmod_file, BY_FILTER },
    { "chown_file", chown_file, BY_FILTER },
    { "truncate_file", truncate_file, BY_FILTER },
    { "touch_file", touch_file, BY_FILTER },
    { "stat_file", stat_file, BY_FILTER },
    { "access_file", access_file, BY_FILTER },
    { "readlink_program", readlink_program, BY_FILTER },
    { "change_folder", change_folder, BY_FILTER },
    { "statfs_root", statfs_root, BY_FILTER },
    { "read_attribute", read_attribute, BY_FILTER },
    { "make_root", make_root, BY_FILTER },
    { "pivot_root", pivot_root, BY_FILTER },
    { "mount_folder", mount_folder, BY_FILTER },
    { "umount_folder", umount_folder, BY_FILTER },
    { "open_file_system", open_file_system, BY_FILTER },
    { "clone_mount", clone_mount, BY_FILTER },
    { "swap_on", swap_on, BY_FILTER },
    { "memory_file", memory_file, BY_FILTER },
    { "memory_secret", memory_secret, BY_FILTER },
    { "watch_files", watch_files, BY_FILTER },
    { "watch_mounts", watch_mounts, BY_FILTER },
    { "io_uring", io_uring, BY_FILTER },
    { "io_setup", io_setup, BY_FILTER },
    { "make_pipe", make_pipe, BY_FILTER },
    { "make_event", make_event, BY_FILTER },
    { "make_epoll", make_epoll, BY_FILTER },
    { "duplicate_channel", duplicate_channel, BY_FILTER },
    { "duplicate_onto", duplicate_onto, BY_FILTER },
    { "fcntl_channel", fcntl_channel, BY_FILTER },
    { "ioctl_channel", ioctl_channel, BY_FILTER },
    { "ioctl_terminal", ioctl_terminal, BY_FILTER },
    { "read_channel", read_channel, BY_FILTER },
    { "close_channel", close_channel, BY_FILTER },
    { "write_descriptors", write_descriptors, BY_FILTER },
    { "pwrite_descriptors", pwrite_descriptors, BY_FILTER },
    { "list_folder", list_folder, BY_FILTER },
    { "cut_descriptor", cut_descriptor, BY_FILTER },
    { "grow_descriptor", grow_descriptor, BY_FILTER },
    { "splice_descriptors", splice_descriptors, BY_FILTER },
    { "send_file", send_file, BY_FILTER },
    { "sync_all", sync_all, BY_FILTER },
    { 0 },
};
