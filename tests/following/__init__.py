"""Tests of following and of stopping mails."""
