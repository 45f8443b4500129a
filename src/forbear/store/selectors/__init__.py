"""Reads, by noun: each returns core types or plain rows, with a bounded number of queries."""
