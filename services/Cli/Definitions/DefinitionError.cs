namespace Ecs.Cli.Definitions;

/// <summary>What is wrong with a definition file.</summary>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Message">What is wrong there, in a sentence for its author.</param>
internal sealed record DefinitionError(int Line, string Message);
