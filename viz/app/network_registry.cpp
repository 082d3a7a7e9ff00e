// Where the network page registers itself. Leaves out the page (network_page.cpp).
#include "convbook/error.h"
#include "network_page.h"

namespace convbook::app {
namespace {

MakeNetworkPage& maker() {
    static MakeNetworkPage make;
    return make;
}

}  // namespace

bool register_network_page(MakeNetworkPage make) {
    maker() = std::move(make);
    return true;
}

std::unique_ptr<NetworkPage> make_network_page(const std::string& net) { return maker() ? maker()(net) : nullptr; }
bool has_network_pages() { return static_cast<bool>(maker()); }

}  // namespace convbook::app
