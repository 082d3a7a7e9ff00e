// The body of fill_<isa>: every kernel that the generic algorithms provide. No include guard; it is code inside a function.
#define CONVBOOK_KERNEL(name, type) table.kernels.name = name;
#include "kernels.inc"
#undef CONVBOOK_KERNEL
table.probes = {kProbeChains * kLanes, probe_multiply_adds, probe_read};
