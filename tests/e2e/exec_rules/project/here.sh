#!/bin/sh
echo here "$@"
