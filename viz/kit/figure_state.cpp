// The state of a figure: legal settings, what was asked, the refusal between the two, and the history. No drawing.
#include "figure_host.h"
#include "refusal_text.h"

namespace convbook::kit {
namespace {

const std::string& value_in(const Settings& settings, const Field& field) {
    const auto found = settings.find(field.key);
    return found == settings.end() ? field.fallback : found->second;
}

Settings merged(Settings base, const Settings& changes) {
    for (const auto& [key, value] : changes) base[key] = value;
    return base;
}

}  // namespace

const std::string& FigureState::value_of(const Field& field) const { return value_in(settings_, field); }
const std::string& FigureState::asked_value_of(const Field& field) const { return value_in(asked_, field); }

Settings FigureState::without_defaults(Settings settings) const {
    for (const Field& field : lesson_->fields())
        if (const auto found = settings.find(field.key); found != settings.end() && found->second == field.fallback) settings.erase(found);
    return settings;
}

// A value that no slider offers is refused like any other; the message is the lesson's own
std::optional<Refusal> FigureState::refuse(const Settings& settings) const {
    try {
        return lesson_->refuse(settings);
    } catch (const Error& error) {
        return Refusal{refusal_text(error.what()), {}, {}, {}};
    }
}

bool FigureState::assume(Settings settings, bool joins) {
    asked_ = settings;
    refusal_.reset();
    if (settings == settings_) return false;
    if (!joins || past_.empty()) past_.push_back(settings_);
    future_.clear();
    settings_ = std::move(settings);
    return true;
}

bool FigureState::change(const Settings& changes, bool joins) {
    // A refused wish stays a wish: a second change may make both legal
    const Settings wish = without_defaults(merged(asked_, changes));
    if (!refuse(wish)) return assume(wish, joins);
    // Else the change is taken alone
    const Settings alone = without_defaults(merged(settings_, changes));
    refusal_ = refuse(alone);
    if (!refusal_) return assume(alone, joins);
    asked_ = alone;
    return false;
}

void FigureState::replace(const Settings& settings) {
    if (const auto refusal = lesson_->refuse(settings)) {
        std::string way_out;
        for (const std::string& value : refusal->working) way_out += (way_out.empty() ? " Try " + refusal->key + "=" : ", ") + value;
        throw Error(refusal->what.en + " " + refusal->why.en + (way_out.empty() ? "" : way_out + "."));
    }
    assume(without_defaults(settings), false);
}

bool FigureState::is_in(const Settings& part) const {
    const Settings state = without_defaults(merged(settings_, part));
    return state == settings_;
}

bool FigureState::undo() {
    if (past_.empty()) return false;
    future_.push_back(settings_);
    settings_ = past_.back();
    past_.pop_back();
    forget_refusal();
    return true;
}

bool FigureState::redo() {
    if (future_.empty()) return false;
    past_.push_back(settings_);
    settings_ = future_.back();
    future_.pop_back();
    forget_refusal();
    return true;
}

}  // namespace convbook::kit
