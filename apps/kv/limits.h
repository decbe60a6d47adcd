/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bounds of the server. All memory is taken at the start; nothing that a
 * client sends can make it need more.
 */
#pragma once

#define KEY_MAX 256u    /* bytes */
#define VALUE_MAX 8192u /* bytes */
#define ARGUMENTS_MAX 128u
/* A whole request as it came; SET with the longest key and value fits. */
#define REQUEST_MAX (VALUE_MAX + KEY_MAX + 512u)
/* What a transport may bring at once to a session that owes it nothing. */
#define PIECE_MAX 16384u
/* Replies of one connection that have not left; the longest value fits. */
#define REPLY_MAX (VALUE_MAX + 1024u)
/* Room for any reply that carries no stored data, errors included. */
#define REPLY_SMALL 256u
