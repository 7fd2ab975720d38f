#!/bin/sh
echo single "$@"; exit 5
