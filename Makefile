# SPDX-License-Identifier: GPL-2.0-or-later
# iscsiroot: make, make install, make deb, make demo, make check. See README.

VERSION := 0.1.0

# klcc (static, small: what goes into an initramfs) or gcc (hardened, glibc).
ifeq ($(origin CC),default)
CC := klcc
endif
LIBC := $(if $(findstring klcc,$(CC)),klcc,$(notdir $(CC)))
BUILD ?= build
B := $(BUILD)/$(LIBC)$(if $(SANITIZE),-san)

PREFIX ?= /usr
SBINDIR ?= $(PREFIX)/sbin
LIBDIR ?= $(PREFIX)/lib/iscsiroot
DATADIR ?= $(PREFIX)/share
DOCDIR ?= $(DATADIR)/doc/iscsiroot
MANDIR ?= $(DATADIR)/man
IT := $(DATADIR)/initramfs-tools
DRACUT := $(PREFIX)/lib/dracut

WARN := -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wcast-align -Wwrite-strings -Werror
CPPFLAGS += -D_GNU_SOURCE -DVERSION='"$(VERSION)"'
ifeq ($(LIBC),klcc)
# klibc's own headers declare abs() and friends anew; the gcc build keeps the warning
WARN := $(filter-out -Wshadow,$(WARN))
CFLAGS ?= -Os
MODE := -static
# klcc turns the stack's protector off. base/compat has a guard, which is global: without a C
# library that sets up the thread pointer there can be no other, so where the compiler does not know
# a global guard there is none. Code, constants and data are segments of their own.
SSP := $(shell $(CC) -mstack-protector-guard=global -S -x c -o /dev/null /dev/null 2>/dev/null && \
	echo -fstack-protector-strong -mstack-protector-guard=global)
GC := -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables $(SSP)
LDFLAGS += -Wl,--gc-sections -Wl,-z,noexecstack -Wl,-z,separate-code -Wl,-z,relro
else ifneq ($(SANITIZE),)
CFLAGS ?= -O1 -g
GC := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
MODE := -fsanitize=address,undefined
else
CFLAGS ?= -O2 -g
GC := -fPIE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
MODE := -static-pie -Wl,-z,relro,-z,now
endif

# iscsiroot goes into images, iscsiroot-system (check, status) does not; iscsiroot-keeper and
# iscsiroot-shutdown stay in memory while the system runs. Each is its own room and the libraries
# that it stands on, in the order of doc/ARCHITECTURE; the linker takes from them what it needs.
LIBRARIES := plan runtime kernel iscsi formats base
ROOMS := boot system keeper exitrd xenstore
SRCS := $(sort $(filter-out src/keeper/preload/%,$(wildcard src/*/*.c src/*/*/*.c)))
OBJS := $(SRCS:src/%.c=$(B)/%.o)
MAINS := $(filter %/main.o,$(OBJS))
PROGRAMS := $(B)/iscsiroot $(addprefix $(B)/iscsiroot-,system shutdown keeper xenstore)
PRELOAD := $(BUILD)/iscsid-connect.so
LIBS := $(LIBRARIES:%=$(B)/%.a)
# for the tests: all that lies in src/ but the mains
EVERYTHING := $(B)/everything.a
# what is preloaded into iscsid is never built with klibc
UNIT := $(sort $(filter-out $(if $(filter klcc,$(LIBC)),%_iscsid_connect.c),\
	$(wildcard tests/unit/*/test_*.c tests/unit/*/*/test_*.c)))
UNIT_BINS := $(UNIT:tests/unit/%.c=$(B)/unit/%)

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

all: $(PROGRAMS) $(PRELOAD)
	$(Q)ln -sfn $(B)/iscsiroot iscsiroot

$(B)/iscsiroot: $(B)/boot/main.o $(B)/boot.a $(LIBS)
$(B)/iscsiroot-system: $(B)/system/main.o $(B)/system.a $(LIBS)
$(B)/iscsiroot-keeper: $(B)/keeper/main.o $(B)/keeper.a $(LIBS)
$(B)/iscsiroot-shutdown: $(B)/exitrd/main.o $(B)/exitrd.a $(LIBS)
$(B)/iscsiroot-xenstore: $(B)/xenstore/main.o $(B)/xenstore.a $(LIBS)
$(PROGRAMS):
	$(call say,LD,$@)
	$(Q)$(CC) $(MODE) $(LDFLAGS) -o $@.full $^
	$(Q)strip -s -R .comment -o $@ $@.full

$(B)/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) -std=gnu11 $(WARN) $(CPPFLAGS) $(CFLAGS) $(GC) -Isrc -MMD -MP -c -o $@ $<

# For Debian's iscsid, so with its libc and not ours.
$(PRELOAD): src/keeper/preload/iscsid_connect.c Makefile
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)gcc -std=gnu11 $(WARN) -Wno-maybe-uninitialized $(CPPFLAGS) -Isrc -O2 -fPIC -shared \
		-nostartfiles -s -Wl,-z,relro,-z,now -Wl,-z,noseparate-code -Wl,--build-id=none -o $@ $<

# An archive for each folder of src/, of all that lies below it but the program's main.
define archive
$(B)/$(1).a: $(filter-out $(MAINS),$(filter $(B)/$(1)/%,$(OBJS)))
	$$(Q)rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach room,$(LIBRARIES) $(ROOMS),$(eval $(call archive,$(room))))

$(B)/unit/keeper/preload/test_iscsid_connect: src/keeper/preload/iscsid_connect.c
$(B)/unit/%: tests/unit/%.c tests/unit/tap.h $(EVERYTHING)
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) -std=gnu11 $(WARN) $(CPPFLAGS) $(CFLAGS) $(GC) -Isrc -Itests/unit -MMD -MP -MT $@ -c -o $@.o $<
	$(Q)$(CC) $(MODE) $(LDFLAGS) -o $@ $@.o $(EVERYTHING)

$(EVERYTHING): $(filter-out $(MAINS),$(OBJS))
	$(Q)rm -f $@ && ar rcs $@ $^

unit-bins: $(UNIT_BINS)

-include $(OBJS:.o=.d) $(UNIT_BINS:%=%.d)

# All of src/ is compiled once for all fuzz targets, and once more for `make coverage`.
FUZZ_SAN := address,undefined -fno-sanitize-recover=all
FUZZ_OBJS := $(patsubst src/%.c,$(BUILD)/fuzz-o/%.o,$(filter-out %/main.c,$(SRCS)))

$(BUILD)/fuzz-o/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(Q)clang -std=gnu11 -g -O1 $(CPPFLAGS) -Isrc -fsanitize=fuzzer-no-link,$(FUZZ_SAN) -MMD -MP -c -o $@ $<

-include $(FUZZ_OBJS:.o=.d)

$(BUILD)/fuzz-o/lib.a: $(FUZZ_OBJS)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c $(BUILD)/fuzz-o/lib.a $(wildcard tests/fuzz/*.h)
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)
	$(Q)clang -std=gnu11 -g -O1 $(CPPFLAGS) -Isrc -fsanitize=fuzzer,$(FUZZ_SAN) -o $@ $(filter-out %.h,$^)

FUZZ_BINS := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
fuzz-bins: $(FUZZ_BINS)

# make fuzz [TARGET=plan] [SECONDS=600]
SECONDS ?= 600
fuzz:
	$(Q)$(MAKE) --no-print-directory -j2 fuzz-bins
	$(Q)tests/fuzz/smoke $(SECONDS) $(TARGET)

coverage:
	$(Q)tests/fuzz/coverage

install: $(PROGRAMS) $(PRELOAD)
	install -D -m 0755 $(B)/iscsiroot $(DESTDIR)$(SBINDIR)/iscsiroot
	install -D -m 0755 $(B)/iscsiroot-system $(DESTDIR)$(LIBDIR)/iscsiroot-system
	install -D -m 0755 $(B)/iscsiroot-shutdown $(DESTDIR)$(LIBDIR)/iscsiroot-shutdown
	install -D -m 0755 $(B)/iscsiroot-keeper $(DESTDIR)$(LIBDIR)/iscsiroot-keeper
	install -D -m 0755 $(B)/iscsiroot-xenstore $(DESTDIR)$(LIBDIR)/iscsiroot-xenstore
	install -D -m 0644 $(PRELOAD) $(DESTDIR)$(LIBDIR)/iscsid-connect.so
	install -D -m 0755 systemd/iscsiroot-generator \
		$(DESTDIR)$(PREFIX)/lib/systemd/system-generators/iscsiroot-generator
	install -m 0644 systemd/*.service systemd/*.timer $(DESTDIR)$(LIBDIR)/
	install -m 0755 systemd/stop-open-iscsi systemd/wait-online systemd/wait-online-ifupdown \
		$(DESTDIR)$(LIBDIR)/
	ln -sfn iscsiroot-system $(DESTDIR)$(LIBDIR)/lease-event
	install -D -m 0755 ifupdown/if-pre-up $(DESTDIR)/etc/network/if-pre-up.d/iscsiroot
	sed 's/@VERSION@/$(VERSION)/' publish/publish >$(DESTDIR)$(LIBDIR)/publish
	chmod 0755 $(DESTDIR)$(LIBDIR)/publish
	install -D -m 0755 publish/hook $(DESTDIR)/etc/kernel/postinst.d/zz-iscsiroot-publish
	install -D -m 0755 publish/hook $(DESTDIR)/etc/kernel/postrm.d/zz-iscsiroot-publish
	install -D -m 0755 publish/hook $(DESTDIR)/etc/initramfs/post-update.d/zz-iscsiroot-publish
	install -D -m 0755 sysvinit/iscsiroot $(DESTDIR)/etc/init.d/iscsiroot
	install -D -m 0644 sysvinit/init-functions $(DESTDIR)/usr/lib/lsb/init-functions.d/50-iscsiroot
	install -m 0644 sysvinit/iscsid.default $(DESTDIR)$(LIBDIR)/iscsid.default
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	ln -sfn /dev/null $(DESTDIR)$(PREFIX)/lib/systemd/system/iscsiroot.service
	install -D -m 0755 hooks/iscsiroot $(DESTDIR)$(IT)/hooks/iscsiroot
	install -m 0644 hooks/common $(DESTDIR)$(LIBDIR)/image-functions
	install -m 0755 hooks/keep-stock $(DESTDIR)$(LIBDIR)/keep-stock
	install -d $(DESTDIR)$(DRACUT)/modules.d/95iscsiroot
	install -m 0755 dracut/*.sh $(DESTDIR)$(DRACUT)/modules.d/95iscsiroot/
	install -D -m 0644 dracut/zz-iscsiroot.conf $(DESTDIR)$(DRACUT)/dracut.conf.d/zz-iscsiroot.conf
	$(foreach script,$(wildcard scripts/*/iscsiroot),\
		install -D -m 0755 $(script) $(DESTDIR)$(IT)/$(script) &&) :
	install -D -m 0644 conf/initramfs.conf.d $(DESTDIR)$(IT)/conf-hooks.d/iscsiroot
	install -D -m 0644 conf/initramfs.umask $(DESTDIR)/etc/initramfs-tools/conf.d/iscsiroot-umask
	install -D -m 0644 udev/68-iscsiroot.rules $(DESTDIR)$(DATADIR)/iscsiroot/68-iscsiroot.rules
	install -d $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man8
	install -m 0644 man/*.5 $(DESTDIR)$(MANDIR)/man5/
	install -m 0644 man/*.8 $(DESTDIR)$(MANDIR)/man8/
	install -D -m 0644 conf/iscsi.initramfs.example \
		$(DESTDIR)$(DOCDIR)/examples/iscsi.initramfs.example
	install -d $(DESTDIR)$(DOCDIR)/examples/xen
	install -m 0644 conf/xen/* $(DESTDIR)$(DOCDIR)/examples/xen/
	install -m 0644 README NEWS doc/FAULTS doc/XEN $(DESTDIR)$(DOCDIR)/

# The tree is copied first: dpkg-buildpackage writes beside its source.
deb:
	$(Q)rm -rf $(BUILD)/deb && mkdir -p $(BUILD)/deb/src
	$(Q)tar -c --exclude=./$(BUILD) --exclude=./.git --exclude=./iscsiroot . | tar -x -C $(BUILD)/deb/src
	$(Q)cd $(BUILD)/deb/src && dpkg-buildpackage -us -uc -b >../build.log 2>&1 || \
		{ tail -n 40 ../build.log; exit 1; }
	$(Q)ls $(BUILD)/deb/*.deb

check:
	$(Q)tests/check

check-all:
	$(Q)tests/check --all $(if $(ONLY),--only '$(ONLY)')

demo:
	$(Q)tests/qemu/demo

bench:
	$(Q)tests/qemu/bench

size: all
	$(Q)tests/qemu/size

clean:
	rm -rf $(BUILD) iscsiroot

.PHONY: all unit-bins fuzz-bins fuzz coverage install deb check check-all demo bench size clean
.DELETE_ON_ERROR:
