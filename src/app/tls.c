#include "app/tls.h"
#include "base/arena.h"
#include "base/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAYS_VALID  825 /* what clients take at most */
#define DAYS_LEFT   7
#define DAY_SECONDS (24 * 60 * 60L)
#define PATH_TEXT   4096

static void key_freep(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void cert_freep(X509 **cert)
{
    X509_free(*cert);
}

static void file_closep(FILE **file)
{
    if (*file)
        fclose(*file);
}

static bool is_valid(const char *cert_path, const char *key_path)
{
    time_t later = time(NULL) + DAYS_LEFT * DAY_SECONDS;
    CLEANUP(file_closep) FILE *file = fopen(cert_path, "re");
    CLEANUP(cert_freep) X509 *cert = file ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;

    return cert && access(key_path, R_OK) == 0 &&
           X509_cmp_time(X509_get0_notAfter(cert), &later) > 0;
}

static bool add_extension(X509 *cert, int nid, const char *value)
{
    X509V3_CTX context;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, cert, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool added = extension && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

static bool set_serial(X509 *cert)
{
    uint64_t serial;

    random_bytes(&serial, sizeof serial);
    return ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), serial >> 1) == 1;
}

/* NULL when OpenSSL fails. */
static X509 *make_certificate(EVP_PKEY *key)
{
    CLEANUP(cert_freep) X509 *cert = X509_new();
    X509_NAME *name = cert ? X509_get_subject_name(cert) : NULL;

    if (!name || !set_serial(cert) || X509_set_version(cert, X509_VERSION_3) != 1 ||
        !X509_gmtime_adj(X509_getm_notBefore(cert), -60) ||
        !X509_gmtime_adj(X509_getm_notAfter(cert), DAYS_VALID * DAY_SECONDS) ||
        X509_set_pubkey(cert, key) != 1 ||
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1,
                                   -1, 0) != 1 ||
        X509_set_issuer_name(cert, name) != 1 ||
        !add_extension(cert, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") ||
        !add_extension(cert, NID_basic_constraints, "critical,CA:FALSE") ||
        !add_extension(cert, NID_key_usage, "critical,digitalSignature") ||
        !add_extension(cert, NID_ext_key_usage, "serverAuth") ||
        X509_sign(cert, key, EVP_sha256()) == 0)
        return NULL;
    return TAKE(cert);
}

/* A new file under a passing name, so that a half-written one is never found under the real one. */
static enum err_code write_pem(const char *path, mode_t mode, const EVP_PKEY *key, X509 *cert,
                               struct err *e)
{
    char fresh[PATH_TEXT];

    snprintf(fresh, sizeof fresh, "%s.new", path);
    if (unlink(fresh) < 0 && errno != ENOENT)
        return err_errno(e, errno, "write '%s'", fresh);
    CLEANUP(closep) int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    CLEANUP(file_closep) FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file)
        return err_errno(e, errno, "write '%s'", fresh);
    (void)take_fd(&fd);
    int written = cert ? PEM_write_X509(file, cert)
                       : PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    if (written != 1 || fflush(file) != 0)
        return err_errno(e, errno, "write '%s'", fresh);
    if (rename(fresh, path) < 0)
        return err_errno(e, errno, "write '%s'", path);
    return ERR_NONE;
}

enum err_code tls_self_signed(const char *dir, bool *made, struct err *e)
{
    char cert_path[PATH_TEXT - 8];
    char key_path[PATH_TEXT - 8];

    if ((size_t)snprintf(cert_path, sizeof cert_path, "%s/cert.pem", dir) >= sizeof cert_path)
        return err_set(e, ERR_INVALID, "'%.100s' is too long a name", dir);
    snprintf(key_path, sizeof key_path, "%s/key.pem", dir);
    if (is_valid(cert_path, key_path)) {
        *made = false;
        return ERR_NONE;
    }

    CLEANUP(key_freep) EVP_PKEY *key = EVP_EC_gen("P-256");
    CLEANUP(cert_freep) X509 *cert = key ? make_certificate(key) : NULL;
    if (!cert)
        return err_set(e, ERR_INTERNAL, "make a certificate: %s",
                       ERR_reason_error_string(ERR_get_error()));
    enum err_code rc = write_pem(key_path, 0600, key, NULL, e);
    if (!rc)
        rc = write_pem(cert_path, 0644, NULL, cert, e);
    if (!rc)
        *made = true;
    return rc;
}
