# What makes a mistake in memory an end of the process, and hard to be of use to others: in release builds. The sanitizers look
# closer themselves. tests/hardening looks for each of these in the program; docs/security.md says how to measure their cost.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-fcf-protection ORDO_HAS_CONTROL_FLOW_PROTECTION)  # x86 has it.

set(ORDO_HARDENED_COMPILE -fstack-protector-strong -fstack-clash-protection -ftrivial-auto-var-init=zero -D_FORTIFY_SOURCE=2
                          -D_GLIBCXX_ASSERTIONS)
if(ORDO_HAS_CONTROL_FLOW_PROTECTION)
  list(APPEND ORDO_HARDENED_COMPILE -fcf-protection)
endif()
target_compile_options(ordo_flags INTERFACE "$<$<CONFIG:Release>:${ORDO_HARDENED_COMPILE}>")
target_link_options(ordo_flags INTERFACE "$<$<CONFIG:Release>:-Wl,-z,relro,-z,now,-z,noexecstack>")
