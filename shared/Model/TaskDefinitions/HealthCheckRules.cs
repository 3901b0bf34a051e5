using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;

namespace Ecs.Model.TaskDefinitions;

/// <summary>The rules of <c>healthCheck</c> and what is meant where it says nothing: ECS's own limits.</summary>
internal static class HealthCheckRules
{
    private const string None = "NONE";

    /// <summary>Whether it says that there is no check.</summary>
    public static bool IsNone(HealthCheck check) => check.Command is [None];

    /// <summary>The check with everything said; of none there is nothing more to say.</summary>
    public static HealthCheck Fill(HealthCheck check) => IsNone(check) ? check : check with
    {
        Interval = check.Interval ?? 30,
        Timeout = check.Timeout ?? 5,
        Retries = check.Retries ?? 3,
    };

    /// <summary>What is wrong with it, defaults filled in.</summary>
    public static IEnumerable<CommandError> Violations(HealthCheck? check, string path)
    {
        if (check is null) yield break;

        if (check.Command is not ["CMD" or "CMD-SHELL", not "", ..])
        {
            yield return NameRules.Wrong(
                "'command' must be 'CMD' and the words of a program, 'CMD-SHELL' and a line for the shell, or 'NONE' "
                + "alone.",
                $"{path}.command");
        }

        var outside = new[]
        {
            Outside("interval", check.Interval, 5, 300), Outside("timeout", check.Timeout, 2, 60),
            Outside("startPeriod", check.StartPeriod, 0, 300),
        };
        foreach (var (member, rule) in outside.OfType<(string, string)>())
        {
            yield return NameRules.Wrong($"'{member}' must be {rule} seconds.", $"{path}.{member}");
        }

        if (check.Retries is < 1 or > 10)
        {
            yield return NameRules.Wrong("'retries' must be from 1 to 10.", $"{path}.retries");
        }
    }

    private static (string Member, string Rule)? Outside(string member, int? seconds, int least, int most) =>
        seconds < least || seconds > most ? (member, $"from {least} to {most}") : null;
}
