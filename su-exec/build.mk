# su-exec and its unit tests. From the top of the tree:
#   make -f su-exec/build.mk build/su-exec    the static program
#   make -f su-exec/build.mk unit             its unit tests (libcheck, glibc)
#   make -f su-exec/build.mk sanitize         the same under ASan and UBSan
#   make -f su-exec/build.mk cover            the same, counting lines: see tests/coverage.sh
#   make -f su-exec/build.mk fuzz             its fuzz targets: see tests/fuzz.sh
include su-exec/rules.mk
.PHONY: $(WAYS) fuzz

UNIT = fixture kernel test_account test_drop test_environment test_failure test_identity \
	test_number test_program unit

# The calls that su-exec/unit/kernel.c takes over.
WRAPPED = execvp fcntl fstat getauxval getegid geteuid getgid getgroups getresgid getresuid getuid \
	mmap open openat prctl read stat syscall write

build/su-exec: $(PARTS:%=build/su-exec.d/%.o) build/su-exec.d/su-exec.o
	$(link)

$(WAYS): %: build/su-exec.%/run
	$<

# One folder for each way of building. The program's main is called by a test.
define unit_program
build/su-exec.$(1)/run: $(patsubst %,build/su-exec.$(1)/%.o,$(PARTS) su-exec $(UNIT)) su-exec/build.mk
	$$(link_unit)
build/su-exec.$(1)/run: UNIT_LINK += $(WRAPPED:%=-Wl,--wrap=%)
build/su-exec.$(1)/su-exec.o: DEFINES += -Dmain=su_exec_main -include su-exec/unit/program.h
build/su-exec.$(1)/%.o: su-exec/unit/%.c su-exec/rules.mk
	$$(compile_unit)
endef
$(foreach way,$(WAYS),$(eval $(call unit_program,$(way))))

fuzz: build/su-exec.fuzz/fuzz_group build/su-exec.fuzz/fuzz_passwd build/su-exec.fuzz/fuzz_spec

build/su-exec.fuzz/fuzz_%: build/su-exec.fuzz/fuzz_%.o build/su-exec.fuzz/judge.o $(PARTS:%=build/su-exec.fuzz/%.o)
	$(link_fuzz)
build/su-exec.fuzz/%.o: su-exec/fuzz/%.c su-exec/rules.mk
	$(compile_unit)

-include $(wildcard build/su-exec.*/*.d)
