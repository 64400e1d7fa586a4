@echo off
rem Runs a command of the lab, from any folder: "task" lists them. See the script "task" beside it.
setlocal
cd /d "%~dp0"

set "serves="
echo(%~1| findstr /b /r "lesson: demo$ serve$" >nul && set "serves=1"
if defined serves goto go
where /q task.exe || goto go
task.exe --help 2>nul | findstr Taskfile >nul || goto go
if "%~1"=="" (task.exe --list) else (task.exe --exit-code %*)
exit /b %errorlevel%

:go
where /q go || (
	echo Go is missing: install it from https://go.dev/dl ^(1.26 or newer^), then run this again. 1>&2
	exit /b 1
)
rem Windows keeps a running program's file from being built anew, so each run has its own.
go run ./server %*
exit /b %errorlevel%
