#include "app/tls.h"
#include "test.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

static char dir[] = "/tmp/cameo-tls-XXXXXX";

static X509 *made_certificate(bool want_made)
{
    struct err e = { 0 };
    char path[100];
    bool made;

    CHECK_INT(tls_self_signed(dir, &made, &e), ERR_NONE);
    CHECK_INT(made, want_made);
    snprintf(path, sizeof path, "%s/cert.pem", dir);
    FILE *file = fopen(path, "r");
    CHECK(file);
    X509 *cert = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    CHECK(cert);
    return cert;
}

static void remove_all(void)
{
    char path[100];

    snprintf(path, sizeof path, "%s/cert.pem", dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/key.pem", dir);
    unlink(path);
    rmdir(dir);
}

TEST(the_certificate_is_for_this_machine)
{
    char path[100];
    struct stat st;

    CHECK(mkdtemp(dir));
    X509 *cert = made_certificate(true);
    CHECK_INT(X509_check_host(cert, "localhost", 0, 0, NULL), 1);
    CHECK_INT(X509_check_ip_asc(cert, "127.0.0.1", 0), 1);
    CHECK_INT(X509_check_ip_asc(cert, "::1", 0), 1);
    CHECK_INT(X509_check_host(cert, "example.com", 0, 0, NULL), 0);
    CHECK_INT(X509_verify(cert, X509_get0_pubkey(cert)), 1);
    CHECK_INT(EVP_PKEY_get_bits(X509_get0_pubkey(cert)), 256);
    X509_free(cert);
    snprintf(path, sizeof path, "%s/key.pem", dir);
    CHECK_INT(stat(path, &st), 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    remove_all();
}

TEST(it_is_made_once)
{
    CHECK(mkdtemp(dir));
    X509 *first = made_certificate(true);
    X509 *second = made_certificate(false);
    CHECK_INT(X509_cmp(first, second), 0);
    X509_free(first);
    X509_free(second);
    remove_all();
}

TEST(a_folder_that_is_not_there_is_a_failure)
{
    struct err e = { 0 };
    bool made;

    CHECK_INT(tls_self_signed("/nowhere/at/all", &made, &e), ERR_UNAVAILABLE);
}

TEST_MAIN
