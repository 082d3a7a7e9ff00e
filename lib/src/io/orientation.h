// Which way up a photo is: cameras store the picture as the sensor had it, and a number that tells how to turn it. Leaves out decoding.
#pragma once
#include <span>

#include "convbook/image.h"

namespace convbook::io {

/// The EXIF orientation of a JPEG, 1 to 8 (Exif 2.32, tag 0x0112); 1, as stored, where it says nothing or nothing that can be read.
int find_orientation(std::span<const unsigned char> bytes);
/// The stored image turned and mirrored until its top is up.
Image make_upright(Image stored, int orientation);

}  // namespace convbook::io
