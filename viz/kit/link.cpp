// Links to and from text. Leaves out whether the chapter or network exists: the book says that when it opens one.
#include "link.h"

#include <algorithm>
#include <cctype>

namespace convbook::kit {
namespace {

bool begins_with_two_digits(std::string_view text) {
    return text.size() >= 2 && std::isdigit(static_cast<unsigned char>(text[0])) && std::isdigit(static_cast<unsigned char>(text[1]));
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
    while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
    return text;
}

}  // namespace

Link parse_link(std::string_view text) {
    // Cut the settings off
    const std::string_view whole = trimmed(text);
    const std::size_t question = std::min(whole.find('?'), whole.size());
    const std::string_view head = whole.substr(0, question);
    Link link;
    if (question < whole.size()) link.settings = parse_query(whole.substr(question + 1));
    // Tell the four forms apart
    if (head == "contents" && link.settings.empty()) return link;
    if (head.starts_with("net/") && head.size() > 4) {
        link.page = Link::Page::network;
        link.name = head.substr(4);
        return link;
    }
    if (head == "compare" || (head.starts_with("compare/") && head.size() > 8)) {
        link.page = Link::Page::compare;
        link.name = head.substr(std::min<std::size_t>(head.size(), 8));
        return link;
    }
    CONVBOOK_REQUIRE(begins_with_two_digits(head) && (head.size() == 2 || head[2] == '_'), "link: \"", whole,
                     "\" is none of the four forms. Write a chapter (07?cin=16), a network (net/mobilenet_v2?alpha=0.5), networks side by side "
                     "(compare/mobilenet_v1,mobilenet_v2:alpha=0.5) or contents.");
    link.page = Link::Page::chapter;
    link.name = head.substr(0, 2);
    return link;
}

std::string to_string(const Link& link) {
    if (link.page == Link::Page::contents) return "contents";
    const bool is_comparison = link.page == Link::Page::compare;
    const std::string head = is_comparison ? (link.name.empty() ? "compare" : "compare/" + link.name) : link.page == Link::Page::network ? "net/" + link.name : link.name;
    return link.settings.empty() ? head : head + "?" + to_query(link.settings);
}

}  // namespace convbook::kit
