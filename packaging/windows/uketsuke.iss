; Inno Setup 6: installs the folder that uketsuke_windows.spec built. Written after its manual; not compiled here.
; Silent: uketsuke-setup.exe /VERYSILENT /NORESTART /LOG=setup.log /CONFIG=C:\answer\desk.toml
#ifndef Version
  #error Give the version: ISCC /DVersion=0.1.0 uketsuke.iss
#endif

[Setup]
AppId={{5C2E0B0E-9B5B-4C0B-8F0E-0F4E5B1E7A11}
AppName=Uketsuke
AppVersion={#Version}
DefaultDirName={autopf}\Uketsuke
DisableProgramGroupPage=yes
PrivilegesRequired=admin
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputBaseFilename=uketsuke-setup-{#Version}
Compression=lzma2
SolidCompression=yes
; Signing is set up on the machine that signs: ISCC /Ssigner="signtool sign /fd sha256 /tr ADDRESS /td sha256 $f"
#ifdef Signed
SignTool=signer
SignedUninstaller=yes
#endif

[Files]
Source: "..\..\build\dist\uketsuke\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion
Source: "tasks\*.xml"; DestDir: "{app}\tasks"
Source: "{param:CONFIG|none}"; DestDir: "{commonappdata}\Uketsuke"; DestName: "desk.toml"; Flags: external skipifsourcedoesntexist onlyifdoesntexist uninsneveruninstall

[Dirs]
; The store is the desk's account's alone; settings are the administrators'.
Name: "{commonappdata}\Uketsuke"; Permissions: admins-full
Name: "{commonappdata}\Uketsuke\store"; Permissions: admins-full; Flags: uninsneveruninstall

[Run]
Filename: "{sys}\icacls.exe"; Parameters: """{commonappdata}\Uketsuke\store"" /inheritance:r /grant uketsuke:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F"; Flags: runhidden
Filename: "{sys}\schtasks.exe"; Parameters: "/Create /F /TN Uketsuke\desk /XML ""{app}\tasks\desk.xml"""; Flags: runhidden
Filename: "{sys}\schtasks.exe"; Parameters: "/Create /F /TN Uketsuke\morning /XML ""{app}\tasks\morning.xml"""; Flags: runhidden
Filename: "{app}\uketsuke.exe"; Parameters: "config check ""{commonappdata}\Uketsuke\desk.toml"""; Flags: runhidden

[UninstallRun]
Filename: "{sys}\schtasks.exe"; Parameters: "/Delete /F /TN Uketsuke\desk"; Flags: runhidden; RunOnceId: "desk"
Filename: "{sys}\schtasks.exe"; Parameters: "/Delete /F /TN Uketsuke\morning"; Flags: runhidden; RunOnceId: "morning"
