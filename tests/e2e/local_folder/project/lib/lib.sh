#!/bin/sh
echo lib ran
