/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record store: a counter under a key survives from run to run when the
 * flash has a file, values of several sizes come back, a deleted key is gone,
 * and a walk meets every key.
 */
#include "parts.h"

#include "driver/client.h"
#include "driver/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGE 1500u

static uint8_t *shared;

static enum store_result store(enum store_label label, const char *key,
                               word_t words[2]) {
  words[0] = (word_t)strlen(key);
  memcpy(shared, key, words[0]);
  return (enum store_result)client_call(RT_SERVICE_STORE, label, words);
}

static bool put(const char *key, const void *value, word_t size) {
  word_t words[2] = {0, size};
  memcpy(shared + STORE_VALUE_AT, value, size);
  return store(STORE_PUT, key, words) == STORE_DONE;
}

/* @return Bytes of the value, then in the shared memory; -1: no such key. */
static long get(const char *key) {
  word_t words[2] = {0, 0};
  return store(STORE_GET, key, words) == STORE_DONE ? (long)words[0] : -1;
}

/* How often this ran on this flash, this run included. */
static unsigned long count_runs(void) {
  char text[12] = "";
  long size = get("runs");
  if (size > 0 && (size_t)size < sizeof text) {
    memcpy(text, shared + STORE_VALUE_AT, (size_t)size);
  }
  unsigned long runs = strtoul(text, NULL, 10) + 1;
  snprintf(text, sizeof text, "%lu", runs);
  return put("runs", text, (word_t)strlen(text)) ? runs : 0;
}

static bool large_value_comes_back(void) {
  static uint8_t large[LARGE];
  for (word_t i = 0; i < LARGE; i++) {
    large[i] = (uint8_t)(i * i >> 3);
  }
  return put("large", large, LARGE) && get("large") == (long)LARGE &&
         memcmp(shared + STORE_VALUE_AT, large, LARGE) == 0;
}

static bool deleted_key_is_gone(void) {
  word_t words[2] = {0, 0};
  return put("short-lived", "x", 1) && get("short-lived") == 1 &&
         store(STORE_DELETE, "short-lived", words) == STORE_DONE &&
         get("short-lived") == -1 &&
         store(STORE_DELETE, "short-lived", words) == STORE_NO_KEY;
}

static bool empty_key_is_a_key(void) {
  word_t words[2] = {0, 0};
  return put("", "x", 1) && get("") == 1 &&
         store(STORE_DELETE, "", words) == STORE_DONE && get("") == -1;
}

static unsigned count_keys(void) {
  word_t words[2] = {0, 0};
  unsigned keys = 0;
  while (client_call(RT_SERVICE_STORE, STORE_NEXT, words) == ERR_NONE) {
    keys++;
    words[0] = words[1]; /* the cursor */
  }
  return keys;
}

static bool refuses_what_it_must(void) {
  word_t large_key[2] = {STORE_KEY_MAX + 1, 0};
  word_t large_value[2] = {1, STORE_VALUE_MAX + 1};
  return client_call(RT_SERVICE_STORE, STORE_GET, large_key) == ERR_RANGE &&
         client_call(RT_SERVICE_STORE, STORE_PUT, large_value) == ERR_RANGE;
}

bool part_store(void) {
  shared = client_shared(RT_SERVICE_STORE);
  unsigned long runs = count_runs();
  bool good = runs != 0 && large_value_comes_back() && deleted_key_is_gone() &&
              empty_key_is_a_key();
  printf("store: run %lu on this flash, %u keys\n", runs, count_keys());
  return good && count_keys() == 2 && refuses_what_it_must();
}
