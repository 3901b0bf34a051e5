using System.Globalization;
using Ecs.Contracts.Commands;

namespace Ecs.Auditor.Requests;

/// <summary>A question that cannot be answered as it stands; it ends the request with this error.</summary>
internal sealed class RefusedException(int status, CommandError error) : Exception(error.Message)
{
    public int Status { get; } = status;

    public CommandError Error { get; } = error;

    /// <summary>A parameter is wrong.</summary>
    public static RefusedException Wrong(string parameter, string rule) => new(
        StatusCodes.Status400BadRequest,
        new CommandError(ErrorTypes.InvalidParameter, $"{parameter} {rule}") { Field = parameter });

    /// <summary>A parameter names a position that the log has not come to.</summary>
    public static RefusedException Future(string parameter, long head) => Wrong(parameter, string.Create(
        CultureInfo.InvariantCulture, $"is in the future: the log ends at position {head}."));

    /// <summary>What breaks a rule that is not one parameter's alone.</summary>
    public static RefusedException Because(CommandError error) => new(StatusCodes.Status400BadRequest, error);

    /// <summary>What is asked about is not in the log.</summary>
    public static RefusedException Unknown(string message, string parameter) => new(
        StatusCodes.Status404NotFound, new CommandError("ResourceNotFoundException", message) { Field = parameter });

    /// <summary>Something that is done once at a time is being done.</summary>
    public static RefusedException Busy(string message) => new(
        StatusCodes.Status429TooManyRequests, new CommandError(ErrorTypes.LimitExceeded, message));
}
