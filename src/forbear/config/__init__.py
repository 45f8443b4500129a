"""The configuration of a running Forbear: one typed object, read once, failing early.

Every setting comes from an environment variable that starts with FORBEAR_. Nothing else in the
package reads the environment.
"""
