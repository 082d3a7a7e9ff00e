// The only place where stb_image and stb_image_write are compiled. Leaves out formats that no photo of ours has: animation, high dynamic
// range, and TGA, which has no mark of its own and would take many a text for a picture.
#include <cstdlib>

#include "io/decoder_memory.h"

#define STBI_MALLOC(bytes) convbook::io::decoder_malloc(bytes)
#define STBI_REALLOC(memory, bytes) convbook::io::decoder_realloc(memory, bytes)
#define STBI_FREE(memory) std::free(memory)
#define STBI_NO_GIF
#define STBI_NO_HDR
#define STBI_NO_PIC
#define STBI_NO_PSD
#define STBI_NO_STDIO
#define STBI_NO_TGA
#define STBI_MAX_DIMENSIONS 65536
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb_image.h>
#include <stb_image_write.h>
#pragma GCC diagnostic pop
