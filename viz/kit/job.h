// Work that would hold the window up: one thread each, with progress, cancel and a result that is picked up on the drawing thread.
#pragma once
#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace convbook::kit {

/// What the work sees of its job: report often, stop when asked.
class JobControl {
public:
    void report(float share) { share_.store(share, std::memory_order_relaxed); }
    bool is_cancelled() const { return is_cancelled_.load(std::memory_order_relaxed); }
    float share() const { return share_.load(std::memory_order_relaxed); }
    void cancel() { is_cancelled_.store(true, std::memory_order_relaxed); }

private:
    std::atomic<float> share_{0};
    std::atomic<bool> is_cancelled_{false};
};

template <class Result>
class Job {
public:
    ~Job() { stop(); }
    /// Starts, after cancelling and joining what was running.
    void start(std::function<Result(JobControl&)> work) {
        stop();
        control_ = std::make_unique<JobControl>();
        is_done_.store(false);
        thread_ = std::thread([this, work = std::move(work), control = control_.get()] {
            try {
                result_ = work(*control);
            } catch (const std::exception& error) {
                error_ = error.what();
            }
            is_done_.store(true);
        });
    }
    /// Cancels, waits, and forgets what came of it.
    void stop() {
        if (control_) control_->cancel();
        if (thread_.joinable()) thread_.join();
        result_.reset();
        error_.clear();
    }
    bool is_running() const { return thread_.joinable() && !is_done_.load(); }
    float share() const { return control_ ? control_->share() : 0; }
    void cancel() { if (control_) control_->cancel(); }
    /// The result, once, when it is there (empty also after an error: see error()).
    std::optional<Result> take() {
        if (!thread_.joinable() || !is_done_.load()) return {};
        thread_.join();
        return std::exchange(result_, std::nullopt);
    }
    /// Why the last job gave no result; empty until take() has found it ended, for until then the text is the thread's.
    std::string error() const { return thread_.joinable() ? std::string() : error_; }

private:
    std::unique_ptr<JobControl> control_;
    std::thread thread_;
    std::atomic<bool> is_done_{true};
    std::optional<Result> result_;
    std::string error_;
};

}  // namespace convbook::kit
