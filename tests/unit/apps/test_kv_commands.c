/* SPDX-License-Identifier: BSD-2-Clause */
/* Every command of apps/kv, by what a client sends and is answered. */
#include "harness/check.h"
#include "kv_talk.h"

#include <stdio.h>
#include <stdlib.h>

#define SAYS(line, reply) CHECK(talk_says((line), (reply)), line)

#define NOT_A_NUMBER "-ERR value is not an integer or out of range"
#define SYNTAX "-ERR syntax error"

static void reads_and_sets(void) {
  talk_start(65536);
  SAYS("GET a", "$-1");
  SAYS("SET a hello", "+OK");
  SAYS("get a", "$5\r\nhello");
  SAYS("STRLEN a", ":5");
  SAYS("STRLEN none", ":0");
  SAYS("MSET a 1 b 2 a 3", "+OK");
  SAYS("MGET a none b", "*3\r\n$1\r\n3\r\n$-1\r\n$1\r\n2");
  SAYS("MSET a", "-ERR wrong number of arguments for 'mset' command");
  SAYS("MSET a 1 b", "-ERR wrong number of arguments for 'mset' command");
  SAYS("APPEND a xyz", ":4");
  SAYS("APPEND new xy", ":2");
  SAYS("MGET a new", "*2\r\n$4\r\n3xyz\r\n$2\r\nxy");
}

static void sets_under_conditions(void) {
  talk_start(65536);
  SAYS("SET a 1 XX", "$-1");
  SAYS("SET a 1 NX", "+OK");
  SAYS("SET a 2 NX", "$-1");
  SAYS("SET a 3 XX GET", "$1\r\n1");
  SAYS("SET a 4 NX GET", "$1\r\n3");
  SAYS("SET b 4 NX GET", "$-1");
  SAYS("MGET a b", "*2\r\n$1\r\n3\r\n$1\r\n4");
  SAYS("SET a 1 NX XX", SYNTAX);
  SAYS("SET a 1 EX", SYNTAX);
  SAYS("SET a 1 NONSENSE", SYNTAX);
  SAYS("SET a 1 EX 5 PX 5", SYNTAX);
  SAYS("SET a 1 EX 5 KEEPTTL", SYNTAX);
  SAYS("SET a 1 EX x", NOT_A_NUMBER);
  SAYS("SET a 1 EX 0", "-ERR invalid expire time in 'set' command");
  SAYS("SET a 1 EX 9223372036854775807",
       "-ERR invalid expire time in 'set' command");
  SAYS("SET a 1 EXAT 5", "-ERR no wall clock here: use EX or PX");
  SAYS("GET a", "$1\r\n3");
}

static void counts(void) {
  talk_start(65536);
  SAYS("INCR n", ":1");
  SAYS("INCRBY n 41", ":42");
  SAYS("DECR n", ":41");
  SAYS("DECRBY n 50", ":-9");
  SAYS("GET n", "$2\r\n-9");
  SAYS("INCRBY n x", NOT_A_NUMBER);
  SAYS("SET n 9223372036854775807", "+OK");
  SAYS("INCR n", "-ERR increment or decrement would overflow");
  SAYS("DECRBY n -9223372036854775808", "-ERR decrement would overflow");
  SAYS("SET n word", "+OK");
  SAYS("INCR n", NOT_A_NUMBER);
  SAYS("SET n 123456789012345678901", "+OK");
  SAYS("INCR n", NOT_A_NUMBER);
}

static void removes_and_finds(void) {
  talk_start(65536);
  SAYS("MSET a 1 b 2 c 3", "+OK");
  SAYS("EXISTS a b none a", ":3");
  SAYS("TYPE a", "+string");
  SAYS("TYPE none", "+none");
  SAYS("DBSIZE", ":3");
  SAYS("DEL a b none a", ":2");
  SAYS("KEYS *", "*1\r\n$1\r\nc");
  SAYS("KEYS [ab]", "*0");
  SAYS("FLUSHDB NOW", SYNTAX);
  SAYS("FLUSHDB", "+OK");
  SAYS("DBSIZE", ":0");
  SAYS("SET a 1", "+OK");
  SAYS("FLUSHALL ASYNC", "+OK");
  SAYS("EXISTS a", ":0");
}

static void expires(void) {
  talk_start(65536);
  SAYS("TTL a", ":-2");
  SAYS("SET a 1 EX 10", "+OK");
  SAYS("SET b 1 PX 700", "+OK");
  SAYS("TTL a", ":10");
  SAYS("PTTL b", ":700");
  SAYS("SET a 2 KEEPTTL", "+OK");
  database_set_time(&talk_server.database, 701);
  SAYS("EXISTS a b", ":1");
  SAYS("PTTL a", ":9300");
  SAYS("TTL a", ":9");
  SAYS("PERSIST a", ":1");
  SAYS("PERSIST a", ":0");
  SAYS("TTL a", ":-1");
  SAYS("EXPIRE a 5", ":1");
  SAYS("EXPIRE none 5", ":0");
  SAYS("EXPIRE a x", NOT_A_NUMBER);
  SAYS("EXPIRE a 9223372036854775807",
       "-ERR invalid expire time in 'expire' command");
  SAYS("SET a 3", "+OK");
  SAYS("TTL a", ":-1");
  SAYS("PEXPIRE a -1", ":1");
  SAYS("GET a", "$-1");
}

/* One line of "key:NNN" keys seen, by number. */
static void note_keys(const char *said, bool seen[300]) {
  const char *at = said;
  while ((at = strstr(at, "key:")) != NULL) {
    seen[atoi(at + 4)] = true;
    at++;
  }
}

static void scans(void) {
  bool seen[300] = {false};
  char line[64];
  unsigned long cursor = 0;
  unsigned rounds = 0;
  bool all = true;
  talk_start(1u << 20);
  for (unsigned i = 0; i < 300; i++) {
    (void)snprintf(line, sizeof line, "SET key:%03u 1\r\n", i);
    (void)talk(line);
  }
  do {
    (void)snprintf(line, sizeof line, "SCAN %lu MATCH k*0* COUNT 20\r\n",
                   cursor);
    const char *said = talk(line);
    cursor = strtoul(strchr(said + 4, '\n') + 1, NULL, 10);
    note_keys(said, seen);
    rounds++;
  } while (cursor != 0 && rounds < 1000);
  for (unsigned i = 0; i < 300; i++) {
    (void)snprintf(line, sizeof line, "%03u", i);
    all = all && seen[i] == (strchr(line, '0') != NULL);
  }
  CHECK(all, "a scan finds every key that matches and no other");
  CHECK(rounds > 10, "in several steps");
  SAYS("SCAN x", "-ERR invalid cursor");
  SAYS("SCAN 0 COUNT", SYNTAX);
  SAYS("SCAN 0 COUNT 0", SYNTAX);
  SAYS("SCAN 4294967296", "*2\r\n$1\r\n0\r\n*0");
}

static void refuses_clearly(void) {
  char line[400] = "GET ";
  memset(line + 4, 'k', 257);
  talk_start(65536);
  SAYS("NONSENSE a", "-ERR unknown command 'NONSENSE'");
  SAYS("\"two\\nlines\"", "-ERR unknown command 'two?lines'");
  SAYS("GET", "-ERR wrong number of arguments for 'get' command");
  SAYS("GET a b", "-ERR wrong number of arguments for 'get' command");
  SAYS(line, "-ERR key is longer than 256 bytes");
  SAYS("CLIENT SETNAME me", "-ERR CLIENT is not supported");
  SAYS("HELLO 3", "-NOPROTO unsupported protocol version");
  SAYS("HELLO 2 AUTH me secret", "-ERR HELLO takes no options here");
  SAYS("SELECT 0", "+OK");
  SAYS("SELECT 1", "-ERR DB index is out of range");
  SAYS("CONFIG SET save x", "-ERR only CONFIG GET is supported");
  SAYS("COMMAND NONSENSE", SYNTAX);
}

static void tells_about_itself(void) {
  talk_start(65536);
  SAYS("PING", "+PONG");
  SAYS("PING hi", "$2\r\nhi");
  SAYS("PING a b", "-ERR wrong number of arguments for 'ping' command");
  SAYS("ECHO hi", "$2\r\nhi");
  SAYS("HELLO", "*6\r\n$6\r\nserver\r\n$10\r\ntrireme-kv\r\n$5\r\nproto\r\n:2"
                "\r\n$4\r\nmode\r\n$10\r\nstandalone");
  SAYS("CONFIG GET save appendonly none",
       "*4\r\n$4\r\nsave\r\n$0\r\n\r\n$10\r\nappendonly\r\n$2\r\nno");
  SAYS("CONFIG GET maxcl*", "*2\r\n$10\r\nmaxclients\r\n$1\r\n4");
  SAYS("COMMAND INFO get none",
       "*2\r\n*6\r\n$3\r\nget\r\n:2\r\n*2\r\n$8\r\nreadonly\r\n$4\r\nfast\r\n"
       ":1\r\n:1\r\n:1\r\n*-1");
  SAYS("COMMAND COUNT", ":34");
  CHECK(strncmp(talk("COMMAND\r\n"), "*34\r\n", 5) == 0, "all are listed");
  SAYS("COMMAND DOCS get", "*0");
  SAYS("INFO keyspace", "$12\r\n# Keyspace\r\n");
  SAYS("INFO replicas", "$27\r\n# Replicas\r\nreplicated:no\r\n");
}

static void read_two_of_three(struct replica_state *state) {
  *state = (struct replica_state){.live = 5,
                                  .primary = 2,
                                  .downgrades = 7,
                                  .reintegrations = 6,
                                  .repairs = 123};
}

static void tells_about_replicas(void) {
  talk_start(65536);
  talk_server.read_replicas = read_two_of_three;
  const char *said = talk("INFO\r\n");
  CHECK(strstr(said, "\r\n# Replicas\r\nreplicated:yes\r\nlive:0,2\r\n"
                     "primary:2\r\ndowngrades:7\r\nreintegrations:6\r\n"
                     "scrub_repairs:123\r\n") != NULL,
        "INFO tells the state of the replicas");
  CHECK(strstr(said, "connected_clients:1\r\n") != NULL &&
            strstr(said, "total_commands_processed:0\r\n") != NULL,
        "and of the server");
}

static enum keeper_result kept = KEEPER_DONE;
static uint32_t keys_kept;

static enum keeper_result keep(struct database *database) {
  keys_kept = database->keys;
  return kept;
}

static void saves(void) {
  static const struct keeper keeper = {.save = keep};
  talk_start(65536);
  SAYS("SAVE", "-ERR this server keeps nothing, kvkeep does");
  talk_server.keeper = &keeper;
  SAYS("MSET a 1 b 2", "+OK");
  SAYS("SAVE", "+OK");
  CHECK(keys_kept == 2, "the keeper has seen the database");
  kept = KEEPER_FULL;
  SAYS("SAVE", "-ERR the flash is full: not all keys were saved");
  kept = KEEPER_DEVICE;
  SAYS("SAVE", "-ERR the flash does not work: not all keys were saved");
}

static void is_bounded(void) {
  talk_start(8192);
  char line[64];
  unsigned i = 0;
  do {
    (void)snprintf(line, sizeof line, "SET key:%03u 1\r\n", i++);
  } while (strcmp(talk(line), "+OK\r\n") == 0 && i < 1000);
  CHECK(i > 50 && i < 200, "memory is full some day");
  SAYS("SET more 1",
       "-OOM command not allowed when used memory > 'maxmemory'.");
  SAYS("INCR more", "-OOM command not allowed when used memory > 'maxmemory'.");
  SAYS("APPEND more x",
       "-OOM command not allowed when used memory > 'maxmemory'.");
  SAYS("MSET key:001 2 more 1",
       "-OOM command not allowed when used memory > 'maxmemory'.");
  SAYS("GET key:001", "$1\r\n1");
  SAYS("MSET key:001 2 key:002 3", "+OK");
  SAYS("DEL key:001", ":1");
  SAYS("SET more 1", "+OK");
}

int main(void) {
  reads_and_sets();
  sets_under_conditions();
  counts();
  removes_and_finds();
  expires();
  scans();
  refuses_clearly();
  tells_about_itself();
  tells_about_replicas();
  saves();
  is_bounded();
  return check_report("kv commands");
}
