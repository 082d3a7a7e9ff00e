// Runs a claim with the kernels of every instruction set in turn. Leaves out the claims.
#pragma once
#include <doctest/doctest.h>

#include <string>

#include "convbook/backend.h"

namespace convbook::test {

/// Calls check() with each backend that works on this CPU; then the one before is in use again.
template <class Check>
void on_each_backend(const Check& check) {
    const std::string before = active_backend_name();
    for (const BackendInfo& backend : list_backends()) {
        if (!backend.is_supported) continue;
        force_backend(backend.name);
        CAPTURE(backend.name);
        check();
    }
    force_backend(before);
}

}  // namespace convbook::test
