// The only uploader: pixels in memory to a texture that can be drawn. Works on every renderer; with none (logic tests) it keeps the size only.
#pragma once
#include <cstdint>
#include <functional>
#include <span>

#include "paint.h"
#include "convbook/image.h"
#include "convbook/tensor.h"

namespace convbook::kit {

class Texture {
public:
    Texture() = default;
    Texture(const Texture&) = delete;
    Texture& operator=(const Texture&) = delete;
    Texture(Texture&& other) noexcept;
    Texture& operator=(Texture&& other) noexcept;
    ~Texture();
    /// RGBA8, rows from the top. `is_smooth` false shows square pixels when enlarged.
    void upload(int width, int height, std::span<const std::uint32_t> rgba, bool is_smooth = false);
    void upload(const Image& image, bool is_smooth = true);
    /// One channel of a tensor through a colour function of the value.
    void upload_channel(TensorView tensor, int n, int c, const std::function<Colour(float)>& map);
    void draw(const Area& area, Colour tint = 0xFFFFFFFFu) const;
    /// Part of the texture: u, v in 0..1.
    void draw_part(const Area& area, ImVec2 uv_min, ImVec2 uv_max, Colour tint = 0xFFFFFFFFu) const;
    bool is_empty() const { return width_ == 0; }
    int width() const { return width_; }
    int height() const { return height_; }

private:
    unsigned id_ = 0, epoch_ = 0;
    int width_ = 0, height_ = 0;
};

}  // namespace convbook::kit
