#!/bin/sh
echo alpha runs
