// libFuzzer target: whatever the bytes are, the .pth reader either refuses them with a convbook::Error or gives tensors that may be read whole.
// The bytes are also taken as a bare pickle, so that the machine is reached without a valid zip. Leaves out mapping, which the reader only adds.
#include <cstddef>
#include <cstdint>

#include "convbook/weights.h"
#include "io/pickle.h"

namespace {

using namespace convbook;

void read_everything(std::span<const unsigned char> bytes) {
    const WeightsFile file = WeightsFile::parse(bytes, "fuzz");
    volatile unsigned sum = 0;
    for (const TensorEntry& entry : file.entries()) try {
            const Tensor tensor = file.tensor(entry.name);
            for (const float value : tensor.values()) sum = sum + (value > 0);
        } catch (const Error&) {  // of another type, or of more than four dimensions
        }
    read_conventions(file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::string_view kGlobals[] = {"collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch.FloatStorage"};
    try {
        read_everything({data, size});
    } catch (const Error&) {
    }
    try {
        io::read_pickle({data, size}, kGlobals, "fuzz");
    } catch (const Error&) {
    }
    return 0;
}
