// libFuzzer target: whatever the bytes are, the safetensors reader either refuses them with a convbook::Error or gives tensors that may be read whole.
// Leaves out files and mapping, which the reader only adds.
#include <cstddef>
#include <cstdint>

#include "convbook/weights.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace convbook;
    try {
        const SafetensorsFile file = SafetensorsFile::parse({data, size}, "fuzz");
        // Touch every byte that the header promises
        volatile unsigned sum = 0;
        for (const TensorEntry& entry : file.entries()) {
            for (const unsigned char byte : file.bytes(entry.name)) sum = sum + byte;
            try {
                const Tensor tensor = file.tensor(entry.name);
                for (const float value : tensor.values()) sum = sum + (value > 0);
            } catch (const Error&) {  // of another type, or of more than four dimensions
            }
            try {
                sum = sum + static_cast<unsigned>(file.integers(entry.name).size());
            } catch (const Error&) {
            }
        }
        read_conventions(file);
    } catch (const Error&) {
    }
    return 0;
}
