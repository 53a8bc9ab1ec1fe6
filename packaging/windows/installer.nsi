; The installer for Windows. makensis gets VERSION, FOLDER (PyInstaller's) and INSTALLER: see
; packaging/for_windows.py. For one user, so that nobody has to be an administrator.

Unicode true
SetCompressor /SOLID lzma

!include "MUI2.nsh"

!define NAME "mozregression"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"

Name "${NAME} ${VERSION}"
OutFile "${INSTALLER}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "Software\${NAME}" "Folder"

!define MUI_FINISHPAGE_RUN "$INSTDIR\mozregression-gui.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; What an earlier version brought and this one does not must not be found by Python. Nothing that is
; not ours is removed, wherever the folder was put.
!macro RemoveOurs
  Delete "$INSTDIR\mozregression-gui.exe"
  Delete "$INSTDIR\mozregression.exe"
  RMDir /r "$INSTDIR\_internal"
!macroend

Section
  !insertmacro RemoveOurs
  SetOutPath "$INSTDIR"
  File "${FOLDER}/mozregression-gui.exe"
  File "${FOLDER}/mozregression.exe"
  File "${FOLDER}/LICENSE"
  File /r "${FOLDER}/_internal"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\mozregression-gui.exe"
  WriteRegStr HKCU "Software\${NAME}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\mozregression-gui.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "Mozilla"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  !insertmacro RemoveOurs
  Delete "$INSTDIR\LICENSE"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\${NAME}"
SectionEnd
