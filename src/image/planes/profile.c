/* sRGB's profile comes in dozens of forms, which differ in names and in the last digits. */
#include "image/planes/parts.h"

#include <lcms2.h>
#include <math.h>

#define PRIMARY_OFF 0.002 /* of 1: HP's, Apple's and ICC's profiles differ by half of it */
#define CURVE_OFF   0.004 /* of 1: a 255th */
#define CURVE_STEPS 64

static bool is_near(const cmsCIEXYZ *got, const cmsCIEXYZ *want)
{
    return got && fabs(got->X - want->X) < PRIMARY_OFF && fabs(got->Y - want->Y) < PRIMARY_OFF &&
           fabs(got->Z - want->Z) < PRIMARY_OFF;
}

static double srgb_to_linear(double v)
{
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static bool is_srgb_curve(const cmsToneCurve *curve)
{
    for (int i = 0; curve && i <= CURVE_STEPS; i++) {
        double v = (double)i / CURVE_STEPS;
        if (fabs((double)cmsEvalToneCurveFloat(curve, (cmsFloat32Number)v) - srgb_to_linear(v)) >
            CURVE_OFF)
            return false;
    }
    return curve != NULL;
}

static bool is_srgb(cmsHPROFILE profile)
{
    static const struct {
        cmsTagSignature primary, curve;
        cmsCIEXYZ want; /* IEC 61966-2-1, adapted to D50 */
    } channels[] = {
        { cmsSigRedColorantTag, cmsSigRedTRCTag, { 0.43607, 0.22249, 0.01392 } },
        { cmsSigGreenColorantTag, cmsSigGreenTRCTag, { 0.38515, 0.71687, 0.09708 } },
        { cmsSigBlueColorantTag, cmsSigBlueTRCTag, { 0.14307, 0.06061, 0.71410 } },
    };

    /* a table, where there is one, goes before primaries and curves */
    if (cmsGetColorSpace(profile) != cmsSigRgbData || cmsGetPCS(profile) != cmsSigXYZData ||
        !cmsIsMatrixShaper(profile) || cmsIsTag(profile, cmsSigAToB0Tag) ||
        cmsIsTag(profile, cmsSigAToB1Tag))
        return false;
    for (size_t i = 0; i < COUNT(channels); i++) {
        if (!is_near(cmsReadTag(profile, channels[i].primary), &channels[i].want) ||
            !is_srgb_curve(cmsReadTag(profile, channels[i].curve)))
            return false;
    }
    return true;
}

bool profile_is_srgb(const void *at, uint32_t len)
{
    cmsHPROFILE profile = cmsOpenProfileFromMem(at, len);

    if (!profile)
        return false;
    bool is = is_srgb(profile);
    cmsCloseProfile(profile);
    return is;
}
