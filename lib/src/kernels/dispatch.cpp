// Which kernels run. So far there is one backend, the plain loops.
#include "convbook/backend.h"
#include "convbook/error.h"
#include "kernels/kernels.h"

namespace convbook {

std::vector<BackendInfo> list_backends() { return {{"reference", "plain loops, the definition", 1, true, true}}; }
std::string active_backend_name() { return "reference"; }
void force_backend(std::string_view name) {
    CONVBOOK_REQUIRE(name == "reference", "force_backend: a backend of this program; got \"", name, "\". Use one of: reference.");
}

namespace kernels {
const KernelTable& active_kernels() { return reference_kernels(); }
}  // namespace kernels

}  // namespace convbook
