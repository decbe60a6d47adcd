/* SPDX-License-Identifier: BSD-2-Clause */
/* The groups of checks; each begins with an empty arena. */
#pragma once

struct bootinfo;

/** What test_abi looks at. */
void abi_start(const struct bootinfo *info);

void test_registers(void);
void test_untyped(void);
void test_retype(void);
void test_cnode(void);
void test_lookup(void);
void test_endpoint(void);
void test_transfer(void);
void test_reply(void);
void test_notification(void);
void test_thread(void);
void test_schedule(void);
void test_abi(void);
void test_fpu(void);
void test_domain(void);
void test_fault(void);
void test_vspace(void);
void test_mapping(void);
void test_cache(void);
void test_image(void);
void test_order(void);
void test_asids(void);
void test_interrupt(void);
void test_driver(void);
void test_sgi(void);
void test_trespass(void);
void test_hostile(void);
void test_rest(void);

/* Apart from the others; see main.c. */
void test_sleep(void);
void test_preemption(void);
void test_supersection(void);
void test_trapped(void);
void test_trapped_long(void);
void test_trapped_short(void);
void test_cost(void);
void test_debug(void);
void test_fuzz(void);
void test_fuzz_long(void);
void test_failing(void);
