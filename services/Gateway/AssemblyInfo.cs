using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Ecs.Gateway.Tests")]
