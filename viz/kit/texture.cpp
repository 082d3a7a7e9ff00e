// Uploads pixels and draws them as textured areas. Without a GL context (logic tests) only the size is kept and a plain area is drawn.
// Leaves out what the pixels mean: colours come from the caller.
#include "texture.h"

#include <algorithm>
#include <utility>

#include "compat.h"
#include "gl.h"

namespace convbook::kit {
namespace {
unsigned epoch = 1;
}

unsigned gl_epoch() { return epoch; }
void end_gl_epoch() { ++epoch; }

Texture::Texture(Texture&& other) noexcept { *this = std::move(other); }

Texture& Texture::operator=(Texture&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(epoch_, other.epoch_);
    std::swap(width_, other.width_);
    std::swap(height_, other.height_);
    return *this;
}

Texture::~Texture() {
    if (id_ && epoch_ == epoch && has_gl()) glDeleteTextures(1, &id_);
}

void Texture::upload(int width, int height, std::span<const std::uint32_t> rgba, bool is_smooth) {
    CONVBOOK_ASSERT(rgba.size() == static_cast<std::size_t>(width) * static_cast<std::size_t>(height), width, " x ", height, " pixels, given ", rgba.size());
    const bool has_same_size = width == width_ && height == height_;
    width_ = width;
    height_ = height;
    if (!has_gl() || width <= 0 || height <= 0) return;
    const bool is_alive = id_ && epoch_ == epoch;
    if (!is_alive) {
        glGenTextures(1, &id_);
        epoch_ = epoch;
    }
    glBindTexture(GL_TEXTURE_2D, id_);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    // Shrunk pictures are averaged over areas; enlarged ones show their pixels unless smooth
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, is_smooth ? GL_LINEAR : GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    if (is_alive && has_same_size) glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, rgba.data());
    else glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, rgba.data());
    glGenerateMipmap(GL_TEXTURE_2D);
}

void Texture::upload(const Image& image, bool is_smooth) {
    std::vector<std::uint32_t> pixels(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
    for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = 0xFF000000u | static_cast<std::uint32_t>(image.rgb[3 * i + 2]) << 16 | static_cast<std::uint32_t>(image.rgb[3 * i + 1]) << 8 | image.rgb[3 * i];
    upload(image.width, image.height, pixels, is_smooth);
}

void Texture::upload_channel(TensorView tensor, int n, int c, const std::function<Colour(float)>& map) {
    const Shape& shape = tensor.shape;
    std::vector<std::uint32_t> pixels(static_cast<std::size_t>(shape.h) * static_cast<std::size_t>(shape.w));
    const float* values = tensor.data + shape.offset(n, c, 0, 0);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = map(values[i]);
    upload(shape.w, shape.h, pixels, false);
}

void Texture::draw(const Area& area, Colour tint) const { draw_part(area, {0, 0}, {1, 1}, tint); }

void Texture::draw_part(const Area& area, ImVec2 uv_min, ImVec2 uv_max, Colour tint) const {
    if (is_empty()) return;
    if (id_ && epoch_ == epoch) canvas()->AddImage(compat::texture_id(id_), area.min(), area.max(), uv_min, uv_max, tint);
    else fill(area, colour(Ink::inner_tint));
}

}  // namespace convbook::kit
