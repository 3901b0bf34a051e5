using System.CommandLine;
using System.Text;
using Ecs.Cli.Definitions;
using Ecs.Cli.Endpoint;

namespace Ecs.Cli.Commands;

/// <summary>
/// <c>ecs register-task-definition --family "custom-name" --version "custom-version" definition.json</c>
/// </summary>
internal static class RegisterCommand
{
    // A file that is larger than the Gateway reads is not read either; in bytes.
    private const int MaxFileBytes = 1024 * 1024;

    private const string StandardInput = "-";

    /// <summary>The command.</summary>
    public static Command Make(EcsCommandLine line)
    {
        var family = new Option<string?>("--family") { Description = "The family; wins over the file's." };
        var version = new Option<string?>("--version")
        {
            Description = "Your own label for this version, such as a git SHA; wins over the file's.",
        };
        var file = new Argument<string>("definition.json")
        {
            Description = "The definition; - reads standard input. -- and // comments and trailing commas are fine.",
        };
        var command = new Command("register-task-definition", "Register a new revision of a task definition.")
        {
            family, version, file,
        };
        return line.Runs(command, async (session, parsed) =>
        {
            var path = parsed.GetValue(file)!;
            var definition = Read(session, path).Named(parsed.GetValue(family), parsed.GetValue(version));
            if (!definition.Body.ContainsKey(DefinitionReader.Family))
            {
                throw new UsageException($"{path}: the definition names no family: add it there, or give --family.");
            }

            await SendAsync(session, path, definition);
            return ExitCodes.Done;
        });
    }

    private static async Task SendAsync(Session session, string path, Definition definition)
    {
        try
        {
            var reply = await session.Endpoint.CallAsync("RegisterTaskDefinition", definition.Body, session.Cancel);
            if (session.Json) session.Screen.Json(reply);
            else TaskDefinitionTables.Show(session, reply.One<TaskDefinitionView>("taskDefinition"));
        }
        catch (RefusedException refused) when (refused.Field is { } field)
        {
            throw new RefusedException(
                refused.Type, $"{path}:{definition.LineOf(field)}: {refused.Message}", refused.Field);
        }
    }

    private static Definition Read(Session session, string path)
    {
        var (definition, error) = DefinitionReader.Read(Text(session, path));
        return definition ?? throw new UsageException($"{path}:{error!.Line}: {error.Message}");
    }

    private static string Text(Session session, string path)
    {
        if (path == StandardInput) return session.Input.ReadToEnd();

        // The AWS CLI's way to name a file.
        if (path.StartsWith("file://", StringComparison.Ordinal)) path = path["file://".Length..];
        try
        {
            if (new FileInfo(path).Length > MaxFileBytes)
            {
                throw new UsageException($"{path}: larger than the {MaxFileBytes} bytes that the service reads.");
            }

            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new UsageException(fault is DecoderFallbackException
                ? $"{path}: the file is not UTF-8 text."
                : $"{path}: cannot be read: {fault.Message}");
        }
    }
}
