using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Ecs.Cli.Tests")]
