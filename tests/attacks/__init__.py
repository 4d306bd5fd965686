"""Attacks that other booking systems fell for, each tried on this one.

The letters are classes of published vulnerabilities; each module says whose.
"""
