#include "model/change.h"
#include "model/picture.h"
#include "model/principal.h"
#include "test.h"

TEST(every_name_reads_back_as_what_it_names)
{
    for (int kind = KIND_CONTACT; kind <= KIND_PROJECT; kind++) {
        enum record_kind back;
        CHECK(kind_from_name(bytes_str(kind_name((enum record_kind)kind)), &back));
        CHECK_INT(back, kind);
    }
    for (int role = ROLE_DETAIL; role <= ROLE_MORE; role++) {
        enum picture_role back;
        CHECK(role_from_name(role_name((enum picture_role)role), &back));
        CHECK_INT(back, role);
    }
    for (int role = USER_READER; role <= USER_ADMINISTRATOR; role++) {
        enum user_role back;
        CHECK(user_role_from_name(bytes_str(user_role_name((enum user_role)role)), &back));
        CHECK_INT(back, role);
    }
    for (int type = ASSOCIATE_UNKNOWN; type <= ASSOCIATE_SYSTEM; type++) {
        enum associate_type back;
        CHECK(associate_type_from_name(bytes_str(associate_type_name((enum associate_type)type)),
                                       &back));
        CHECK_INT(back, type);
    }
}

TEST(roles_are_spelled_exactly_and_kinds_in_any_case)
{
    enum picture_role role;
    enum record_kind kind;

    CHECK(!role_from_name(B("detail_picture"), &role));
    CHECK(kind_from_name(B("PERSON"), &kind));
    CHECK_INT(kind, KIND_PERSON);
    CHECK(!kind_from_name(B(""), &kind));
}

TEST(a_name_fits_a_type_by_its_last_extension)
{
    CHECK(picture_type_fits_name(PICTURE_JPEG, B("mug.JPEG")));
    CHECK(picture_type_fits_name(PICTURE_TIFF, B("mug.tif")));
    CHECK(!picture_type_fits_name(PICTURE_PNG, B("mug.png.jpg")));
    CHECK(!picture_type_fits_name(PICTURE_PNG, B("png")));
    CHECK(!picture_type_fits_name(PICTURE_NONE, B("mug.")));
}

TEST(changes_and_wires_have_names)
{
    CHECK_BYTES(bytes_str(change_what_name(CHANGE_PICTURE_PUT)), B("picture.put"));
    CHECK_BYTES(bytes_str(change_what_name(CHANGE_LINK_ROTATE)), B("link.rotate"));
    CHECK_BYTES(bytes_str(change_what_name((enum change_what)77)), B("other"));
    CHECK(change_has_history(CHANGE_UNDO) && change_has_history(CHANGE_OTHER));
    CHECK(!change_has_history(CHANGE_ERASE) && !change_has_history(CHANGE_USER_ADD));
    CHECK_BYTES(bytes_str(wire_name(WIRE_COMMAND)), B("command"));
    CHECK_BYTES(bytes_str(wire_name((enum wire)9)), B("unknown"));
}

TEST_MAIN
