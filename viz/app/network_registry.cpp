// Where the pages of networks register themselves. Leaves out the pages (network_page.cpp, compare_page.cpp).
#include "convbook/error.h"
#include "network_page.h"

namespace convbook::app {
namespace {

MakeNetworkPage& maker() {
    static MakeNetworkPage make;
    return make;
}

std::function<std::unique_ptr<NetworkPage>()>& compare_maker() {
    static std::function<std::unique_ptr<NetworkPage>()> make;
    return make;
}

}  // namespace

bool register_network_page(MakeNetworkPage make) {
    maker() = std::move(make);
    return true;
}

std::unique_ptr<NetworkPage> make_network_page(const std::string& net) { return maker() ? maker()(net) : nullptr; }
bool register_compare_page(std::function<std::unique_ptr<NetworkPage>()> make) {
    compare_maker() = std::move(make);
    return true;
}

std::unique_ptr<NetworkPage> make_compare_page() { return compare_maker() ? compare_maker()() : nullptr; }
bool has_network_pages() { return static_cast<bool>(maker()); }

}  // namespace convbook::app
