/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration of mbed TLS: SHA-256 in portable C and nothing else. */
#pragma once

#define MBEDTLS_SHA256_C
