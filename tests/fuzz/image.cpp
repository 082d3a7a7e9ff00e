// libFuzzer target: whatever the bytes are, the photo reader either refuses them with a convbook::Error or gives an image of the promised size.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "convbook/image.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace convbook;
    try {
        const Image image = decode_image({data, size}, "fuzz", 1'000'000);
        if (image.rgb.size() != static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3) std::abort();
        preprocess(image, {.resize = 16, .crop = 14});
    } catch (const Error&) {
    }
    return 0;
}
