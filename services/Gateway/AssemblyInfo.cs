using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Ecs.Gateway.Tests")]
[assembly: InternalsVisibleTo("Ecs.Cli.Tests")]
