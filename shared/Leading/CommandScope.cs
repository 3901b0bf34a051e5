using Ecs.Contracts.Commands;

namespace Ecs.Leading;

/// <summary>
/// The rule of a command's account and region. They become part of ARNs, which are the keys of the log's streams, so
/// that nothing which an ARN could not hold may come so far.
/// </summary>
internal static class CommandScope
{
    private const int AccountDigits = 12;

    /// <summary>The longest region's name, in characters; the longest of AWS has 14.</summary>
    private const int MaxRegion = 64;

    /// <summary>Why a command's account or region is none; null where both are right.</summary>
    public static CommandError? Check(Command command)
    {
        if (command.Account.Length != AccountDigits || !command.Account.All(char.IsAsciiDigit))
        {
            return Wrong($"account must have {AccountDigits} digits.", "account");
        }

        return command.Region.Length is > 0 and <= MaxRegion
            && command.Region.All(c => char.IsAsciiLetterOrDigit(c) || c is '-')
                ? null
                : Wrong($"region must have 1 to {MaxRegion} letters, digits and hyphens.", "region");
    }

    private static CommandError Wrong(string message, string field) =>
        new(ErrorTypes.InvalidParameter, message) { Field = field };
}
