# su-exec and its unit tests. From the top of the tree:
#   make -f su-exec/build.mk build/su-exec    the static program
#   make -f su-exec/build.mk unit             its unit tests (libcheck, glibc)
#   make -f su-exec/build.mk sanitize         the same under ASan and UBSan
include su-exec/rules.mk
.PHONY: unit sanitize

UNIT = fixture test_account test_environment test_failure test_identity test_number unit

build/su-exec: $(PARTS:%=build/su-exec.d/%.o) build/su-exec.d/su-exec.o
	$(link)

unit: build/su-exec.unit/run
	$<

sanitize: build/su-exec.sanitize/run
	$<

build/su-exec.%/run: su-exec/rules.mk
	$(link_unit)

build/su-exec.unit/run: $(PARTS:%=build/su-exec.unit/%.o) $(UNIT:%=build/su-exec.unit/%.o)
build/su-exec.sanitize/run: $(PARTS:%=build/su-exec.sanitize/%.o) $(UNIT:%=build/su-exec.sanitize/%.o)
build/su-exec.sanitize/run: LDFLAGS += $(SANITIZE)
build/su-exec.sanitize/%.o: HARDEN = $(SANITIZE)

build/su-exec.unit/%.o: su-exec/unit/%.c su-exec/rules.mk
	$(compile_unit)
build/su-exec.sanitize/%.o: su-exec/%.c su-exec/rules.mk
	$(compile_unit)
build/su-exec.sanitize/%.o: su-exec/unit/%.c su-exec/rules.mk
	$(compile_unit)

-include $(wildcard build/su-exec.d/*.d build/su-exec.unit/*.d build/su-exec.sanitize/*.d)
