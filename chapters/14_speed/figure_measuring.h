// What chapter 14's figure has measured on this computer, and the work in the background that measures it. Leaves out all drawing.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "kit/job.h"
#include "lesson.h"

namespace convbook::ch14 {

/// Results by what they belong to; they hold whatever else the reader changes.
struct Measured {
    std::map<std::string, LayerTimes> layers;              ///< by network
    std::map<std::string, std::vector<RungTime>> rungs;    ///< by ladder_key()
    std::vector<double> networks;                          ///< by networks()
};
/// "layer/depthwise" or "net/mobilenet_v2": whose ladder the view shows.
std::string ladder_key(const Params& p);
std::vector<Rung> ladder_of(const Params& p);

class Measuring {
public:
    /// Picks up what is done; every frame.
    void poll();
    /// Measures what the view of `p` shows, unless something is being measured.
    void start(const Params& p);
    void cancel() { job_.cancel(); }
    bool is_running() const { return job_.is_running(); }
    float share() const { return job_.share(); }
    std::string trouble() const { return job_.error(); }

    bool has(const Params& p) const;
    const LayerTimes* layers(const std::string& net) const;
    const std::vector<RungTime>* rungs(const Params& p) const;
    const std::vector<double>* networks() const { return known_.networks.empty() ? nullptr : &known_.networks; }

private:
    Measured known_;
    kit::Job<Measured> job_;
};

}  // namespace convbook::ch14
