// The scripts are for Linux.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
