// A whole network as a page: the shell routes net/NAME?... to it and knows no more. Registered, so that the shell links without it.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "kit/figure.h"
#include "kit/paint.h"

namespace convbook::app {

class NetworkPage {
public:
    virtual ~NetworkPage() = default;
    /// Everything right of the contents; called in every frame in which the page is on show.
    virtual void draw(const kit::Area& area) = 0;
    /// The state by name, as chapters have it: "alpha=0.5&block=3"; what is absent has its default. Throws convbook::Error for an unknown key or value.
    virtual void set(const Settings& settings) = 0;
    virtual const Settings& settings() const = 0;   ///< only what differs from the defaults
    virtual void drop_photo(const std::string& path) = 0;
    /// Something runs in the background or moves: the next frame is wanted without input.
    virtual bool is_busy() const { return false; }
    /// Steps of the history; false if there are none.
    virtual bool undo() { return false; }
    virtual bool redo() { return false; }
    virtual void reset() { set({}); }
    virtual void toggle_play() {}
    /// For export, tests and `convbook read`.
    virtual kit::DataTable data() const = 0;
    virtual Text describe() const = 0;
    virtual const Value* value(std::string_view name) const { (void)name; return nullptr; }
    /// Another page that the reader asked for in this frame; empty if none.
    virtual std::string take_link() { return {}; }
};

using MakeNetworkPage = std::function<std::unique_ptr<NetworkPage>(const std::string& net)>;
/// Once, at the end of network_page.cpp: static const bool is_registered = register_network_page([](const std::string& net) { return ...; });
bool register_network_page(MakeNetworkPage make);
/// Null if no page is built in. Throws convbook::Error for an unknown network.
std::unique_ptr<NetworkPage> make_network_page(const std::string& net);
bool has_network_pages();

/// The comparison of networks: once, at the end of compare_page.cpp.
bool register_compare_page(std::function<std::unique_ptr<NetworkPage>()> make);
/// Null if it is not built in.
std::unique_ptr<NetworkPage> make_compare_page();

}  // namespace convbook::app
