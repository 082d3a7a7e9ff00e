// Reading a row of an image where the window may hang over its ends: lanes outside read 0 and their memory is not touched.
// Shared by the convolutions; leaves out rows above and below the image, which they skip whole.
#pragma once

namespace convbook::kernels {
namespace {

inline int clamp_lane(int lane) { return lane < 0 ? 0 : lane > kLanes ? kLanes : lane; }

/// Which of the lanes x, x+1, ... stand inside 0..width-1.
inline LaneSet lanes_inside(int x, int width) { return lanes(clamp_lane(-x), clamp_lane(width - x)); }

/// row[x], row[x+1], ... for kLanes lanes, 0 outside 0..width-1.
inline Vec load_inside(const float* row, int x, int width) {
    return x >= 0 && x + kLanes <= width ? load(row + x) : load_part(row + x, lanes_inside(x, width));
}

/// row[x], row[x+stride], row[x+2*stride], ... one by one: any stride, slow.
inline Vec load_strided(const float* row, int x, int stride, int width) {
    float lanes[kLanes];
    for (int lane = 0; lane < kLanes; ++lane, x += stride) lanes[lane] = x >= 0 && x < width ? row[x] : 0.0f;
    return load(lanes);
}

/// The lanes that one tap of a filter reads for kLanes neighbouring outputs; x is where the first of them stands.
inline Vec load_tap(const float* row, int x, int stride, int width) {
    if (stride == 1) return load_inside(row, x, width);
    if (stride == 2) return evens(load_inside(row, x, width), load_inside(row, x + kLanes, width));
    return load_strided(row, x, stride, width);
}

}  // namespace
}  // namespace convbook::kernels
